import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxySettings } from './proxy.ts';

test('without variables there is no proxy', () => {
  assert.deepEqual(proxySettings({}), { httpProxy: '', httpsProxy: '', noProxy: 'localhost,127.0.0.1,::1' });
});

test('lower case comes first, a scheme may be missing, and this machine is never behind a proxy', () => {
  const environment = {
    HTTP_PROXY: 'http://upper:1',
    http_proxy: 'lower.example:3128',
    HTTPS_PROXY: ' http://user:pass@secure:2 ',
    NO_PROXY: '.internal, *.corp',
  };
  assert.deepEqual(proxySettings(environment), {
    httpProxy: 'http://lower.example:3128',
    httpsProxy: 'http://user:pass@secure:2',
    noProxy: '.internal, *.corp,localhost,127.0.0.1,::1',
  });
});

test('what is not a URL is refused by name, not by value', () => {
  assert.throws(() => proxySettings({ HTTPS_PROXY: 'http://se cret' }), {
    message: 'HTTPS_PROXY is not a URL',
  });
});
