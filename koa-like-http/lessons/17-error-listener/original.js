import Koa from 'koa';

const app = new Koa();

const main = async (ctx) => {
  switch (ctx.path) {
    case '/throw':
      return ctx.throw(503, 'no answer from 10.0.0.7');
    case '/members':
      return ctx.throw(401, 'please log in');
    case '/crash':
      throw new Error('unexpected');
    default:
      ctx.body = 'Hello World';
  }
};

app.on('error', (error, ctx) => {
  console.log(`server error: ${error.message} (${ctx.method} ${ctx.url})`);
});

app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
