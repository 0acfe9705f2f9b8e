import '@adonisjs/core/types/http'

type ParamValue = string | number | bigint | boolean

export type ScannedRoutes = {
  ALL: {
    'home': { paramsTuple?: []; params?: {} }
    'health.live': { paramsTuple?: []; params?: {} }
    'design_system': { paramsTuple?: []; params?: {} }
    'setup.create': { paramsTuple?: []; params?: {} }
    'setup.store': { paramsTuple?: []; params?: {} }
    'session.create': { paramsTuple?: []; params?: {} }
    'session.store': { paramsTuple?: []; params?: {} }
    'session.destroy': { paramsTuple?: []; params?: {} }
    'dashboard.show': { paramsTuple?: []; params?: {} }
    'servers.index': { paramsTuple?: []; params?: {} }
    'servers.create': { paramsTuple?: []; params?: {} }
    'servers.store': { paramsTuple?: []; params?: {} }
    'servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_checks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_preparations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'runs.index': { paramsTuple?: []; params?: {} }
    'runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.download': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_cancellations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.create': { paramsTuple?: []; params?: {} }
    'projects.store': { paramsTuple?: []; params?: {} }
    'projects.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'key': ParamValue} }
    'git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.index': { paramsTuple?: []; params?: {} }
    'projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'rollbacks.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'releaseId': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  GET: {
    'home': { paramsTuple?: []; params?: {} }
    'health.live': { paramsTuple?: []; params?: {} }
    'design_system': { paramsTuple?: []; params?: {} }
    'setup.create': { paramsTuple?: []; params?: {} }
    'session.create': { paramsTuple?: []; params?: {} }
    'dashboard.show': { paramsTuple?: []; params?: {} }
    'servers.index': { paramsTuple?: []; params?: {} }
    'servers.create': { paramsTuple?: []; params?: {} }
    'servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'runs.index': { paramsTuple?: []; params?: {} }
    'runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.download': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.create': { paramsTuple?: []; params?: {} }
    'projects.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.index': { paramsTuple?: []; params?: {} }
    'projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  HEAD: {
    'home': { paramsTuple?: []; params?: {} }
    'health.live': { paramsTuple?: []; params?: {} }
    'design_system': { paramsTuple?: []; params?: {} }
    'setup.create': { paramsTuple?: []; params?: {} }
    'session.create': { paramsTuple?: []; params?: {} }
    'dashboard.show': { paramsTuple?: []; params?: {} }
    'servers.index': { paramsTuple?: []; params?: {} }
    'servers.create': { paramsTuple?: []; params?: {} }
    'servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'runs.index': { paramsTuple?: []; params?: {} }
    'runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.download': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.create': { paramsTuple?: []; params?: {} }
    'projects.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.index': { paramsTuple?: []; params?: {} }
    'projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  POST: {
    'setup.store': { paramsTuple?: []; params?: {} }
    'session.store': { paramsTuple?: []; params?: {} }
    'session.destroy': { paramsTuple?: []; params?: {} }
    'servers.store': { paramsTuple?: []; params?: {} }
    'server_connections.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_checks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_preparations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_cancellations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.store': { paramsTuple?: []; params?: {} }
    'project_variables.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'rollbacks.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'releaseId': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  DELETE: {
    'servers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'key': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  PUT: {
    'projects.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  OPTIONS: {
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  PATCH: {
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
}
declare module '@adonisjs/core/types/http' {
  export interface RoutesList extends ScannedRoutes {}
}