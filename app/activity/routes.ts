import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { activity } = controllers

router.get('/activity', [activity.Activities, 'index']).as('activities.index')
router.get('/activity/export', [activity.ActivityExports, 'show']).as('activity_exports.show')
router
  .get('/administration/activity', [activity.PanelActivities, 'index'])
  .as('panel_activities.index')
router
  .get('/administration/activity/export', [activity.PanelActivityExports, 'show'])
  .as('panel_activity_exports.show')
