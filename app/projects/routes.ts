import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { projects } = controllers

router.get('/projects/new', [projects.Projects, 'create']).as('projects.create')
router.post('/projects', [projects.Projects, 'store']).as('projects.store')
router.get('/projects/:id/settings', [projects.Projects, 'edit']).as('projects.edit')
router.put('/projects/:id', [projects.Projects, 'update']).as('projects.update')
router.get('/projects/:id/servers', [projects.Placements, 'edit']).as('placements.edit')
router.put('/projects/:id/servers', [projects.Placements, 'update']).as('placements.update')
router.delete('/projects/:id', [projects.Projects, 'destroy']).as('projects.destroy')

router
  .get('/projects/:id/variables', [projects.ProjectVariables, 'index'])
  .as('project_variables.index')
router
  .post('/projects/:id/variables', [projects.ProjectVariables, 'store'])
  .as('project_variables.store')
router
  .post('/projects/:id/variables/import', [projects.VariableImports, 'store'])
  .as('variable_imports.store')
router
  .get('/projects/:id/variables/export', [projects.VariableExports, 'show'])
  .as('variable_exports.show')
router
  .delete('/projects/:id/variables/:key', [projects.ProjectVariables, 'destroy'])
  .as('project_variables.destroy')

router.get('/projects/:id/git-host', [projects.GitHosts, 'create']).as('git_hosts.create')
router.post('/projects/:id/git-host', [projects.GitHosts, 'store']).as('git_hosts.store')
