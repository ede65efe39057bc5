import Koa from 'koa';

const app = new Koa();

const main = async (ctx) => {
  // What was set before an error is not sent with it.
  ctx.set('X-Progress', 'half way');
  switch (ctx.path) {
    case '/throw':
      return ctx.throw(500);
    case '/secret':
      return ctx.throw(503, 'no answer from 10.0.0.7');
    case '/crash':
      throw new Error('unexpected');
    case '/crash-with-a-number':
      throw 42;
    default:
      ctx.body = 'Hello World';
  }
};

app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
