import { createRequire } from 'node:module';

// The packages are those of the lessons.
const require = createRequire(new URL('../../koa-like-http/package.json', import.meta.url));
const Koa = require('koa');

const app = new Koa();

for (let layer = 0; layer < 10; layer += 1) {
  app.use(async (ctx, next) => {
    await next();
  });
}
app.use((ctx) => {
  ctx.body = 'Hello World';
});
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
