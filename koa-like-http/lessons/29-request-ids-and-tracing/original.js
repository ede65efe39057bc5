import { randomUUID } from 'node:crypto';
import Koa from 'koa';
import Router from '@koa/router';

// With asyncLocalStorage the application knows the request on whose behalf a function runs, however deep.
const app = new Koa({ asyncLocalStorage: true });
const router = new Router();

const info = (message) => {
  const id = JSON.stringify(app.currentContext.state.id);
  console.log(`request{id=${id}}: ${message}`);
};

const requestId = async (ctx, next) => {
  ctx.state.id = ctx.headers['x-request-id'] ?? randomUUID();
  ctx.set('X-Request-Id', ctx.state.id);
  await next();
};

const trace = async (ctx, next) => {
  info(`${ctx.method} ${ctx.url}`);
  const start = performance.now();
  await next();
  info(`${ctx.status} in ${(performance.now() - start).toFixed(3)}ms`);
};

router.all('/hello/:name', async (ctx) => {
  ctx.body = await greet(ctx.params.name);
});

const greet = async (name) => {
  info(`greets ${name}`);
  return `Hello ${name}`;
};

router.all('/broken', () => {
  throw new Error('broken');
});

app.use(requestId);
app.use(trace);
app.use(router.routes());
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
