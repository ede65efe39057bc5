import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { koaBody } from 'koa-body';

const app = new Koa();

let running = 0;

const concurrency = async (ctx, next) => {
  if (running >= 3) {
    ctx.status = 503;
    ctx.set('Retry-After', '1');
    return;
  }
  running += 1;
  try {
    await next();
  } finally {
    running -= 1;
  }
};

const timeout = async (ctx, next) => {
  const late = Symbol('late');
  if ((await Promise.race([next(), sleep(2000, late)])) === late) {
    ctx.body = null;
    ctx.status = 504;
  }
};

const body = koaBody({
  textLimit: 1000,
  onError: (error, ctx) => ctx.throw(error.status, 'length limit exceeded'),
});

const echo = (ctx) => {
  ctx.type = 'text';
  ctx.body = ctx.request.body ?? '';
};

const work = async (ctx) => {
  await sleep(500);
  ctx.body = 'Done';
};

const stuck = async (ctx) => {
  await sleep(5000);
  ctx.body = 'Done at last';
};

const routes = { '/echo': echo, '/work': work, '/stuck': stuck };

app.use(concurrency);
app.use(timeout);
app.use(body);
app.use((ctx) => routes[ctx.path]?.(ctx));
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
