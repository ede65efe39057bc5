import Koa from 'koa';

const app = new Koa();
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
