import Koa from 'koa';

const app = new Koa();

const main = (ctx) => {
  console.log(`${ctx.method} ${ctx.url}`);
  ctx.body = 'Hello World';
};

app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
