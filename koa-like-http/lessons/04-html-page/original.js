import { createReadStream } from 'node:fs';
import Koa from 'koa';

const PAGE = new URL('page.html', import.meta.url);

const app = new Koa();

const page = (ctx) => {
  ctx.type = 'html';
  ctx.body = createReadStream(PAGE);
};

app.use(page);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
