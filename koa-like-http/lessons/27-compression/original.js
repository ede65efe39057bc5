import Koa from 'koa';
import compress from 'koa-compress';

const app = new Koa();

const small = (ctx) => {
  ctx.body = 'a'.repeat(1023);
};

const photo = (ctx) => {
  ctx.type = 'image/png';
  ctx.body = 'a'.repeat(1024);
};

const drawing = (ctx) => {
  ctx.type = 'image/svg+xml';
  ctx.body = 'a'.repeat(1024);
};

const page = (ctx) => {
  ctx.body = 'a'.repeat(1024);
};

const routes = { '/small': small, '/photo': photo, '/drawing': drawing };

app.use(compress({ threshold: 1024, br: false, deflate: false, zstd: false }));
app.use((ctx) => (routes[ctx.path] ?? page)(ctx));
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
