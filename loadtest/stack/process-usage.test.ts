import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { memoryOfMetrics, memoryOfPid, parseProcStat, parseProcStatus } from './process-usage.ts';

test('Reads resident and peak memory of a process status', () => {
  const status = 'Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n';
  assert.deepEqual(parseProcStatus(status), { residentBytes: 1_048_576, peakBytes: 2_097_152 });
  assert.equal(parseProcStatus('Name:\tnode\nState:\tZ (zombie)\n'), undefined);
});

test('Reads the processor time past a name that looks like fields', () => {
  const stat = '7 (a ) 1 2) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 11 0 1 1 1\n';
  assert.equal(parseProcStat(stat), 3_000);
});

test('A process that is not there has no memory', async () => {
  assert.equal(await memoryOfPid(2 ** 30), undefined);
});

test('Reads what a process says of itself', async () => {
  const server = createServer((_, response) =>
    response.end('# HELP x\nprocess_resident_memory_bytes 5.5e7\n'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  assert.deepEqual(await memoryOfMetrics(url), { residentBytes: 55_000_000, peakBytes: undefined });
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  assert.equal(await memoryOfMetrics(url), undefined);
});
