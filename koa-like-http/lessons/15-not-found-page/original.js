import Koa from 'koa';

const app = new Koa();

const home = (ctx, next) => {
  if (ctx.path !== '/') return next();
  ctx.body = 'Hello World';
};

const notFound = (ctx) => {
  ctx.status = 404;
  ctx.body = '<h1>Page Not Found</h1>\n<p>Try the <a href="/">home page</a>.</p>\n';
};

app.use(home);
app.use(notFound);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
