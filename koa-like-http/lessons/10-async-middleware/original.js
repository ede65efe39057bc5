import { readFile } from 'node:fs/promises';
import Koa from 'koa';

const PAGE = new URL('page.html', import.meta.url);

const app = new Koa();

const page = async (ctx, next) => {
  if (ctx.path !== '/page') return next();
  ctx.type = 'html';
  ctx.body = await readFile(PAGE, 'utf8');
};

const hello = (ctx) => {
  ctx.body = 'Hello World';
};

app.use(page);
app.use(hello);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
