import { fileURLToPath } from 'node:url';
import Koa from 'koa';
import conditional from 'koa-conditional-get';
import etag from 'koa-etag';
import serve from 'koa-static';

const PUBLIC = fileURLToPath(new URL('public', import.meta.url));

const app = new Koa();

app.use(conditional());
app.use(etag());
app.use(serve(PUBLIC));
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
