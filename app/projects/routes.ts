import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { projects } = controllers

router.get('/projects/new', [projects.Projects, 'create']).as('projects.create')
router.post('/projects', [projects.Projects, 'store']).as('projects.store')
router.get('/projects/:id/settings', [projects.Projects, 'edit']).as('projects.edit')
router.put('/projects/:id', [projects.Projects, 'update']).as('projects.update')
router.get('/projects/:id/servers', [projects.Placements, 'edit']).as('placements.edit')
router.put('/projects/:id/servers', [projects.Placements, 'update']).as('placements.update')
router.delete('/projects/:id', [projects.ProjectRemovals, 'destroy']).as('projects.destroy')

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

router.get('/project-drafts/new', [projects.ProjectDrafts, 'create']).as('project_drafts.create')
router.post('/project-drafts', [projects.ProjectDrafts, 'store']).as('project_drafts.store')
router.get('/project-drafts/:id', [projects.ProjectDrafts, 'show']).as('project_drafts.show')
router.get('/project-drafts/:id/edit', [projects.ProjectDrafts, 'edit']).as('project_drafts.edit')
router.put('/project-drafts/:id', [projects.ProjectDrafts, 'update']).as('project_drafts.update')
router
  .delete('/project-drafts/:id', [projects.ProjectDrafts, 'destroy'])
  .as('project_drafts.destroy')
router
  .post('/project-drafts/:id/readings', [projects.DraftReadings, 'store'])
  .as('draft_readings.store')
router
  .get('/project-drafts/:id/git-host', [projects.DraftGitHosts, 'create'])
  .as('draft_git_hosts.create')
router
  .post('/project-drafts/:id/git-host', [projects.DraftGitHosts, 'store'])
  .as('draft_git_hosts.store')

router.get('/project-templates', [projects.ProjectTemplates, 'index']).as('project_templates.index')
router
  .post('/projects/:id/templates', [projects.ProjectTemplates, 'store'])
  .as('project_templates.store')
router
  .delete('/project-templates/:id', [projects.ProjectTemplates, 'destroy'])
  .as('project_templates.destroy')
