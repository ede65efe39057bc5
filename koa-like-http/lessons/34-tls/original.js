import { readFile } from 'node:fs/promises';
import https from 'node:https';
import Koa from 'koa';

const cert = await readFile(new URL('certificate.pem', import.meta.url));
const key = await readFile(new URL('key.pem', import.meta.url));

const app = new Koa();

app.use(async (ctx, next) => {
  ctx.set('Strict-Transport-Security', 'max-age=31536000');
  await next();
});

app.use(async (ctx, next) => {
  if (ctx.path !== '/') return next();
  ctx.body = 'Between you and me';
});

app.use(async (ctx, next) => {
  if (ctx.path !== '/cookie') return next();
  ctx.cookies.set('seen', 'yes', { secure: true, sameSite: 'lax' });
  ctx.body = 'Sent by HTTPS alone';
});

const server = https.createServer({ cert, key }, app.callback());
server.listen(process.env.PORT ?? 3000, '127.0.0.1');
