import Koa from 'koa';

const app = new Koa();

const hello = (ctx) => {
  ctx.body = 'Hello World';
};

app.use(hello);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
