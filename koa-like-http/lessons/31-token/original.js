import Koa from 'koa';
import Router from '@koa/router';
import { koaBody } from 'koa-body';
import jwt from 'koa-jwt';
import jsonwebtoken from 'jsonwebtoken';

// Constant, so that tokens made beforehand can be tried. A real program reads its own from the environment.
const secret = 'the secret of this lesson alone, 40 bytes';

const app = new Koa();
const router = new Router();

app.use(async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    if (error.status !== 401) throw error;
    ctx.status = 401;
    ctx.set('WWW-Authenticate', error.originalError ? 'Bearer error="invalid_token"' : 'Bearer');
    ctx.type = 'application/problem+json';
    ctx.body = { status: 401, title: 'Unauthorized' };
  }
});

router.post('/login', koaBody({ urlencoded: false, text: false }), (ctx) => {
  const { user, password } = ctx.request.body ?? {};
  // A real program keeps a hash made for passwords, Argon2 for example, and compares with that.
  if (user !== 'alice' || password !== 'open sesame') ctx.throw(401);
  const token = jsonwebtoken.sign({ sub: user }, secret, { expiresIn: '1h', noTimestamp: true });
  ctx.body = { token };
});

router.get('/me', jwt({ secret, algorithms: ['HS256'] }), (ctx) => {
  ctx.body = ctx.state.user.sub;
});

app.use(router.routes());
app.use(router.allowedMethods());
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
