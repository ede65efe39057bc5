import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';

const app = new Koa();

app.use(async (ctx, next) => {
  if (ctx.path !== '/slow') return next();
  await sleep(300);
  ctx.body = 'Worth the wait';
});

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1');

// `close` takes no more connections and waits for the requests in flight; the process then has nothing left to do
// and ends.
const stop = () => {
  server.close();
  sleep(10_000, undefined, { ref: false }).then(() => process.exit());
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
