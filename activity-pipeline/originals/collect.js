// Collects events and shows what was counted, with Koa and kafkajs: POST /events is answered once the brokers have what it
// holds, and GET /live tells of the totals that count.py publishes. BROKERS, NAME and PORT say where.
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Router from '@koa/router';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import kafkajs from 'kafkajs';
import Koa from 'koa';
import getRawBody from 'raw-body';

const { Kafka, KafkaJSError, Partitioners, logLevel } = kafkajs;
const { BROKERS = '127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094', NAME = 'activity', PORT = 3000 } = process.env;
const TOTALS = `${NAME}-totals`;
const REFRESH = 50; // milliseconds
const KEPT = 24 * 60; // minutes
const SHOWN = 60;

const kafka = new Kafka({ clientId: NAME, brokers: BROKERS.split(','), logLevel: logLevel.ERROR });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({ groupId: `${NAME}-live-${randomUUID()}` });

// What makes an event right.

const ajv = new Ajv({ discriminator: true });
addFormats(ajv, ['date-time']);
const text = (maxLength) => ({ type: 'string', minLength: 1, maxLength });
const common = {
  id: text(64),
  at: { type: 'string', format: 'date-time' },
  user: text(64),
  segment: { enum: ['new', 'returning', 'member'] },
  page: { type: 'string', maxLength: 200, pattern: '^/\\P{Cc}*$' },
};
const kind = (name, own) => {
  const properties = { kind: { const: name }, ...common, ...own };
  return { properties, required: Object.keys(properties), additionalProperties: false };
};
const isEvent = ajv.compile({
  type: 'object',
  discriminator: { propertyName: 'kind' },
  required: ['kind'],
  oneOf: [kind('page_view'), kind('search', { query: text(200) }), kind('click', { target: text(200) })],
});

const parse = (ctx, body) => {
  try {
    if (ctx.is('application/x-ndjson')) {
      return body.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
    }
    return [JSON.parse(body)].flat();
  } catch {
    return ctx.throw(400, 'The body is not JSON');
  }
};

const check = (ctx, events) => {
  const latest = Date.now() + 60_000;
  if (events.length === 0) ctx.throw(422, 'There is no event');
  events.forEach((event, index) => {
    if (!isEvent(event)) ctx.throw(422, `Event ${index}: ${ajv.errorsText(isEvent.errors)}`);
    if (Date.parse(event.at) > latest) ctx.throw(422, `Event ${index}: at is in the future`);
  });
};

// What was counted: of each minute its rows, by page and segment.

const minutes = new Map();
let counted = 0;

const take = ({ key, value }) => {
  const { minute, page, segment } = JSON.parse(key);
  const { events } = JSON.parse(value);
  if (!minutes.has(minute)) minutes.set(minute, new Map());
  const rows = minutes.get(minute);
  const name = `${segment} ${page}`;
  counted += events - (rows.get(name)?.events ?? 0);
  rows.set(name, { minute, page, segment, events });
  if (minutes.size > KEPT) minutes.delete([...minutes.keys()].sort()[0]);
};

const rowsOf = (shown) => shown.flatMap((minute) => [...minutes.get(minute).values()]);

const sum = (rows, key) => {
  const sums = new Map();
  for (const row of rows) sums.set(row[key], (sums.get(row[key]) ?? 0) + row.events);
  return Array.from(sums, ([name, events]) => ({ [key]: name, events }));
};

const snapshot = () => {
  const rows = rowsOf([...minutes.keys()].sort().slice(-SHOWN));
  const pages = sum(rows, 'page').sort((a, b) => b.events - a.events).slice(0, 10);
  return { events: counted, minutes: sum(rows, 'minute'), pages, segments: sum(rows, 'segment') };
};

const viewers = new Set();
let timer;
let published = 0;

const message = () => `event: snapshot\ndata: ${JSON.stringify(snapshot())}\n\n`;

const publish = () => {
  timer = undefined;
  published = Date.now();
  if (viewers.size === 0) return;
  const news = message();
  // Who is slow to read misses some.
  for (const viewer of viewers) if (!viewer.writableNeedDrain) viewer.write(news);
};

const changed = () => {
  timer ??= setTimeout(publish, Math.max(0, published + REFRESH - Date.now()));
};

// The routes.

const app = new Koa();
const router = new Router();

router.post('/events', async (ctx) => {
  if (!ctx.is('application/json', 'application/x-ndjson')) ctx.throw(415);
  const events = parse(ctx, await getRawBody(ctx.req, { length: ctx.request.length, limit: '1mb', encoding: 'utf-8' }));
  check(ctx, events);
  const messages = events.map((event) => ({ key: event.page, value: JSON.stringify(event) }));
  try {
    await producer.send({ topic: NAME, acks: -1, messages });
  } catch (error) {
    if (!(error instanceof KafkaJSError)) throw error;
    ctx.throw(503, error.message, { headers: { 'Retry-After': '1' } });
  }
  ctx.status = 202;
  ctx.body = { accepted: events.length };
});

router.get('/live', (ctx) => {
  const viewer = new PassThrough();
  ctx.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  ctx.body = viewer;
  viewer.on('close', () => viewers.delete(viewer));
  viewer.write(message());
  viewers.add(viewer);
});

router.get('/totals.json', (ctx) => {
  ctx.body = rowsOf([...minutes.keys()].sort());
});

app.use(router.routes());
app.use(router.allowedMethods());

// The topics, and the start.

const makeTopics = async () => {
  const topic = (name, configEntries) => ({ topic: name, numPartitions: 4, replicationFactor: 3, configEntries });
  const durable = { name: 'min.insync.replicas', value: '2' };
  const compacted = { name: 'cleanup.policy', value: 'compact' };
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [topic(NAME, [durable]), topic(TOTALS, [durable, compacted])] });
  await admin.disconnect();
};

// Not each broker has heard of a topic that was made just now.
const oncePossible = async (work) => {
  for (let left = 40; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (!error.retriable || left === 0) throw error;
      await sleep(250);
    }
  }
};

await makeTopics();
await producer.connect();
await consumer.connect();
await oncePossible(() => consumer.subscribe({ topics: [TOTALS], fromBeginning: true }));
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    batch.messages.forEach(take);
    changed();
  },
});
const server = app.listen(PORT, '127.0.0.1');

const stop = async () => {
  for (const viewer of viewers) viewer.end();
  await new Promise((closed) => server.close(closed));
  await Promise.all([producer.disconnect(), consumer.disconnect()]);
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
