import Koa from 'koa';
import Router from '@koa/router';
import session from 'koa-session';

const app = new Koa();
const router = new Router();
const sessions = new Map();

app.use(
  session(
    {
      key: 'id',
      sameSite: 'strict',
      maxAge: 'session',
      // A random id needs no signature.
      signed: false,
      store: {
        get: async (id) => sessions.get(id),
        set: async (id, data) => void sessions.set(id, data),
        destroy: async (id) => void sessions.delete(id),
      },
    },
    app,
  ),
);

router.get('/', (ctx) => {
  ctx.session.views = (ctx.session.views ?? 0) + 1;
  ctx.body = `${ctx.session.views} views`;
});

router.get('/me', (ctx) => {
  ctx.assert(ctx.session.user, 401, 'Not signed in');
  ctx.body = ctx.session.user;
});

router.post('/login/:user', async (ctx) => {
  const { user } = ctx.params;
  ctx.session.user = user;
  await ctx.session.regenerate();
  ctx.session.maxAge = user === 'guest' ? 1000 : 'session';
  ctx.body = `Hello, ${user}`;
});

router.post('/logout', (ctx) => {
  ctx.session = null;
  ctx.body = 'Goodbye';
});

app.use(router.routes());
app.use(router.allowedMethods());
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
