import Koa from 'koa';

const app = new Koa();

const main = (ctx) => {
  switch (ctx.path) {
    case '/':
      ctx.body = 'Hello World';
      break;
    default:
      ctx.type = 'html';
      ctx.body = '<a href="/">Start</a>';
  }
};

app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
