import { defineConfig } from '@adonisjs/core/bodyparser'

export default defineConfig({
  allowedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  form: {
    convertEmptyStringsToNull: true,
    trimWhitespaces: false,
    types: ['application/x-www-form-urlencoded'],
    // A form may name a thousand servers, and has other fields besides.
    queryString: { parameterLimit: 2000 },
  },
  json: {
    limit: '128kb',
    convertEmptyStringsToNull: true,
    trimWhitespaces: false,
    types: ['application/json'],
  },
  multipart: {
    autoProcess: false,
    convertEmptyStringsToNull: true,
    trimWhitespaces: false,
    processManually: [],
    limit: '1mb',
    types: ['multipart/form-data'],
  },
})
