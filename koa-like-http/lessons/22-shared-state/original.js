import { text } from 'node:stream/consumers';
import Koa from 'koa';
import Router from '@koa/router';

const app = new Koa();
const router = new Router();

// Every ctx inherits from app.context.
app.context.store = { notes: new Map(), reads: 0 };

router.get('/reads', (ctx) => {
  ctx.body = String(ctx.store.reads);
});

router.get('/notes', (ctx) => {
  ctx.body = [...ctx.store.notes.keys()].sort().map((name) => `${name}\n`).join('');
});

router.get('/notes/:name', (ctx) => {
  ctx.store.reads += 1;
  ctx.body = ctx.store.notes.get(ctx.params.name) ?? ctx.throw(404);
});

router.put('/notes/:name', async (ctx) => {
  const note = await text(ctx.req);
  ctx.status = ctx.store.notes.has(ctx.params.name) ? 204 : 201;
  ctx.store.notes.set(ctx.params.name, note);
});

router.delete('/notes/:name', (ctx) => {
  ctx.status = ctx.store.notes.delete(ctx.params.name) ? 204 : 404;
});

app.use(router.routes());
app.use(router.allowedMethods());
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
