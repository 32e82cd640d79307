// The library's own types name those of a browser and of another fetch: bot-api.d.mts has the part that is used.
export { Api, GrammyError, HttpError } from 'grammy/web';
