import Koa from 'koa';

const app = new Koa();

const handler = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    ctx.status = error.status ?? 500;
    ctx.type = 'html';
    ctx.body = '<p>Something went wrong, and we have been told.</p>\n';
    // An error that was caught is no event any more, unless it is made one.
    ctx.app.emit('error', error, ctx);
  }
};

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
  console.log(`logging error: ${error.message} (${ctx.method} ${ctx.path} ${ctx.status})`);
});

app.use(handler);
app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
