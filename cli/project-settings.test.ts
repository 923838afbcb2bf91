import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadProjectSettings } from './project-settings.ts';

test("the project's own .env and data folder are used from any folder", (context) => {
  const project = mkdtempSync(join(tmpdir(), 'hilo-project-'));
  context.after(() => rmSync(project, { recursive: true }));
  const settingsOf = (given: Record<string, string | undefined>) => {
    const environment = { ...given };
    loadProjectSettings(environment, project, '/elsewhere');
    return environment;
  };
  assert.deepEqual(settingsOf({}), { DATA_DIR: join(project, 'data') });
  assert.deepEqual(settingsOf({ DATA_DIR: ' ' }), { DATA_DIR: join(project, 'data') });
  assert.deepEqual(settingsOf({ DATA_DIR: './x' }), { DATA_DIR: '/elsewhere/x' });
  assert.deepEqual(settingsOf({ DATA_DIR: '~/x' }), { DATA_DIR: join(homedir(), 'x') });
  writeFileSync(join(project, '.env'), 'APP_PORT=7001\nDATA_DIR=./kept\nMODELS_FILE=models.json\n');
  assert.deepEqual(settingsOf({ APP_PORT: '1' }), {
    APP_PORT: '1',
    DATA_DIR: join(project, 'kept'),
    MODELS_FILE: join(project, 'models.json'),
  });
});
