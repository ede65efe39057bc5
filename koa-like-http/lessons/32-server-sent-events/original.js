import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import Router from '@koa/router';

const steps = [
  { id: '1', event: 'mix', data: 'flour\nwater\nsalt', takes: 10 },
  { id: '2', event: 'knead', data: 'ten minutes', takes: 10 },
  { id: '3', event: 'rise', data: 'an hour', takes: 200 },
  { id: '4', event: 'bake', data: 'half an hour', takes: 10 },
  { id: '5', event: 'done', data: 'enjoy', takes: 10 },
];
const seats = 100;
let free = seats;

const app = new Koa();
const router = new Router();

router.get('/events', (ctx) => {
  const seen = steps.findIndex(({ id }) => id === ctx.get('Last-Event-ID'));
  const rest = steps.slice(seen + 1);
  if (rest.length === 0) {
    // A browser comes back after the end, until it is told that there is no more.
    ctx.status = 204;
    return;
  }
  if (free === 0) ctx.throw(503);
  const stream = new PassThrough();
  ctx.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  ctx.body = stream;
  send(rest, stream);
});

const send = async (steps, stream) => {
  free -= 1;
  const alive = setInterval(() => stream.write(':\n\n'), 40);
  // Koa destroys the stream where its client leaves.
  stream.on('close', () => {
    free += 1;
    clearInterval(alive);
  });
  stream.write('retry: 1000\n\n');
  for (const { id, event, data, takes } of steps) {
    await sleep(takes);
    if (stream.destroyed) return;
    stream.write(`id: ${id}\nevent: ${event}\n${data.replace(/^/gm, 'data: ')}\n\n`);
    alive.refresh();
  }
  stream.end();
};

router.get('/seats', (ctx) => {
  ctx.body = `${free} of ${seats} seats are free`;
});

app.use(router.routes());
app.use(router.allowedMethods());
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
