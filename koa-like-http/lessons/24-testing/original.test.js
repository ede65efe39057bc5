// npm test
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createApp } from './original.js';

// Koa's callback takes a request and a response of node:http, which come from a server.
const serve = async (t) => {
  const server = createApp().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}`;
};

test('greets by name', async (t) => {
  const response = await fetch(`${await serve(t)}/hello/Ada%20L.`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(await response.text(), 'Hello Ada L.');
});

test('shouts what it is told', async (t) => {
  const response = await fetch(`${await serve(t)}/shout`, { method: 'POST', body: 'hello' });
  assert.equal(await response.text(), 'HELLO');
});

test('refuses other methods', async (t) => {
  const response = await fetch(`${await serve(t)}/shout`);
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'POST');
});

test('counts for each app alone', async (t) => {
  const [one, other] = [await serve(t), await serve(t)];
  for (const [url, expected] of [[one, '1'], [one, '2'], [other, '1']]) {
    const response = await fetch(`${url}/visits`, { method: 'POST' });
    assert.equal(await response.text(), expected);
  }
});
