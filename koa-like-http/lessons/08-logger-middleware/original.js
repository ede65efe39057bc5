import Koa from 'koa';

const app = new Koa();

const logger = async (ctx, next) => {
  const start = performance.now();
  await next();
  const ms = (performance.now() - start).toFixed(3);
  console.log(`${ctx.method} ${ctx.url} ${ctx.status} ${ms} ms`);
};

const main = (ctx) => {
  if (ctx.path === '/') ctx.body = 'Hello World';
  if (ctx.path === '/busy') {
    ctx.status = 503;
    ctx.body = 'Try again later';
  }
};

app.use(logger);
app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
