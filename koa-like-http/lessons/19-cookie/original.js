import Koa from 'koa';

const app = new Koa();

const main = (ctx) => {
  const seen = Number(ctx.cookies.get('view'));
  const views = Number.isSafeInteger(seen) && seen >= 0 ? seen + 1 : 1;
  ctx.cookies.set('view', String(views), { httpOnly: true });
  ctx.body = `${views} views`;
};

app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
