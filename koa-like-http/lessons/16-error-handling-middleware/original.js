import { readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import Koa from 'koa';

const app = new Koa();

const handler = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    const status = error.status ?? 500;
    ctx.status = status;
    ctx.type = 'application/problem+json';
    // Without a detail there is no such key: JSON has no `undefined`.
    ctx.body = { title: STATUS_CODES[status], status, detail: error.expose ? error.message : undefined };
  }
};

const main = async (ctx) => {
  switch (ctx.path) {
    case '/':
      ctx.body = 'Hello World';
      break;
    case '/members':
      return ctx.throw(401, 'please log in');
    case '/name':
      return ctx.throw(409, '"Ada" is taken');
    case '/upstream':
      return ctx.throw(503, 'no answer from 10.0.0.7');
    case '/file':
      ctx.body = await readFile('/no/such/file', 'utf8');
      break;
    case '/crash':
      throw new Error('unexpected');
    default:
      return ctx.throw(404, `nothing at ${ctx.path}`);
  }
};

app.use(handler);
app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
