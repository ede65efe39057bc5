import Koa from 'koa';

const app = new Koa();

const redirects = (ctx, next) => {
  switch (ctx.path) {
    case '/redirect':
      return ctx.redirect('/');
    case '/moved':
      ctx.status = 301;
      return ctx.redirect('https://example.com/?q=a%20b&r=%22');
    case '/see-other':
      ctx.status = 303;
      return ctx.redirect('/');
    case '/permanent':
      ctx.status = 308;
      return ctx.redirect('/');
    case '/back':
      ctx.status = 303;
      return ctx.back('/');
    default:
      return next();
  }
};

const main = (ctx) => {
  ctx.body = 'Hello World';
};

app.use(redirects);
app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
