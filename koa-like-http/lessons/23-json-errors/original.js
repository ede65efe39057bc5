import { readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { json } from 'node:stream/consumers';
import Koa from 'koa';
import Router from '@koa/router';

const BOOKS = ['Emma', 'Ulysses'];

const app = new Koa();
const router = new Router();

const problems = async (ctx, next) => {
  try {
    await next();
    if (ctx.status >= 400 && ctx.body == null) ctx.throw(ctx.status);
  } catch (error) {
    const { expose, message, status = 500 } = error;
    const title = STATUS_CODES[status];
    ctx.status = status;
    ctx.type = 'application/problem+json';
    ctx.body = { detail: expose ? message : title, status, title };
    // What no client can do anything about: the log has it, the answer has not.
    if (!expose) app.emit('error', error, ctx);
  }
};

const isU16 = (value) => Number.isInteger(value) && value >= 0 && value <= 65_535;

const toU16 = (text) => (/^\d+$/.test(text) && isU16(Number(text)) ? Number(text) : undefined);

const toJson = async (ctx) => {
  if (!ctx.is('json', '+json')) ctx.throw(415, 'The body is not application/json');
  return json(ctx.req).catch(() => ctx.throw(400, 'The body is not JSON'));
};

router.get('/books', (ctx) => {
  const page = toU16(ctx.query.page ?? '1') ?? ctx.throw(400, 'A value in the query is wrong');
  ctx.body = `Page ${page}`;
});

router.post('/books', async (ctx) => {
  const { title, pages } = (await toJson(ctx)) ?? {};
  if (typeof title !== 'string' || !isU16(pages)) ctx.throw(422, 'A field in the body is wrong or missing');
  if (title === '') ctx.throw(422, 'A book has a title');
  ctx.status = 201;
  ctx.body = `${title}, ${pages} pages`;
});

router.get('/books/:id', (ctx) => {
  const id = toU16(ctx.params.id) ?? ctx.throw(400, 'A value in the path is wrong');
  ctx.body = BOOKS[id] ?? ctx.throw(404, `There is no book ${id}`);
});

router.get('/report', async (ctx) => {
  ctx.body = await readFile('/no/such/report', 'utf8');
});

app.use(problems);
app.use(router.routes());
app.use(router.allowedMethods());
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
