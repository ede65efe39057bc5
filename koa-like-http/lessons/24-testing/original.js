import { text } from 'node:stream/consumers';
import Koa from 'koa';
import Router from '@koa/router';

export const createApp = () => {
  const app = new Koa();
  const router = new Router();
  let visits = 0;

  router.get('/hello/:name', (ctx) => {
    ctx.body = `Hello ${ctx.params.name}`;
  });

  router.post('/shout', async (ctx) => {
    ctx.type = 'text';
    ctx.body = (await text(ctx.req)).toUpperCase();
  });

  router.post('/visits', (ctx) => {
    visits += 1;
    ctx.body = String(visits);
  });

  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
};

// A test imports the application, and nothing listens.
if (process.argv[1] === import.meta.filename) {
  createApp().listen(process.env.PORT ?? 3000, '127.0.0.1');
}
