from django.urls import path

from engage.dashboard.journeys import (
    backtesting,
    changes,
    drafting,
    entering,
    lists,
    one,
    publishing,
    recipes,
    resuming,
    shadowing,
    trying,
    webhooks,
)
from engage.dashboard.journeys.flow import designing, testing
from engage.dashboard.journeys.flow import views as flow
from engage.dashboard.journeys.seeing import only_who_may_see

urlpatterns = [
    path("journeys/", lists.journeys, name="journeys"),
    path("journeys/recipes/", recipes.recipes, name="recipes"),
    path("journeys/drafts/", lists.drafts, name="journey_drafts"),
    path("journeys/recipes/<slug:slug>/", recipes.recipe, name="recipe"),
    path("journeys/recipes/<slug:slug>/people/", recipes.recipe_people, name="recipe_people"),
    path("journeys/new/", drafting.new_definition, name="new_journey_definition"),
    path("journeys/webhooks/", webhooks.failed_webhooks, name="failed_webhooks"),
    path("journeys/webhooks/<uuid:webhook>/again/", webhooks.send_webhook_again, name="send_webhook_again"),
    path("journeys/<uuid:uid>/", one.journey, name="journey"),
    path("journeys/<uuid:uid>/people/", one.people, name="journey_people"),
    path("journeys/<uuid:uid>/people/<uuid:enrolment>/", one.walk, name="journey_walk"),
    path("journeys/<uuid:uid>/people/<uuid:enrolment>/end/", changes.end_walk, name="end_walk"),
    path("journeys/<uuid:uid>/edit/", recipes.edit, name="edit_journey"),
    path("journeys/<uuid:uid>/definition/", drafting.definition, name="journey_definition"),
    path("journeys/<uuid:uid>/definition/file/", drafting.definition_file, name="journey_definition_file"),
    path("journeys/new/flow/", flow.new_flow, name="new_journey_flow"),
    path("journeys/<uuid:uid>/flow/", flow.flow, name="journey_flow"),
    path("journeys/<uuid:uid>/flow/<str:open>/", flow.flow_card, name="journey_flow_card"),
    path("journeys/<uuid:uid>/flow/<str:step>/design/", designing.flow_design, name="journey_flow_design"),
    path("journeys/<uuid:uid>/flow/<str:step>/test/", testing.flow_test, name="journey_flow_test"),
    path("journeys/<uuid:uid>/try/", trying.try_journey, name="try_journey"),
    path("journeys/<uuid:uid>/try/letter/", trying.letter, name="try_journey_letter"),
    path("journeys/<uuid:uid>/backtest/", backtesting.backtest_journey, name="backtest_journey"),
    path("journeys/<uuid:uid>/backtest/<uuid:backtest>/", backtesting.backtest, name="backtest"),
    path(
        "journeys/<uuid:uid>/backtest/<uuid:backtest>/<uuid:person>/",
        backtesting.backtest_person,
        name="backtest_person",
    ),
    path("journeys/<uuid:uid>/begin/", entering.begin_journey, name="begin_journey"),
    path("people/<uuid:uid>/journeys/", entering.person_journeys, name="person_journeys"),
    path("journeys/<uuid:uid>/shadow/", shadowing.shadow_journey, name="shadow_journey"),
    path("journeys/<uuid:uid>/shadow/messages/", shadowing.shadow_messages, name="shadow_messages"),
    path("journeys/<uuid:uid>/switch-on/", shadowing.switch_on_journey, name="switch_on_journey"),
    path("journeys/<uuid:uid>/publish/", publishing.publish_journey, name="publish_journey"),
    path("journeys/<uuid:uid>/pause/", changes.pause_journey, name="pause_journey"),
    path("journeys/<uuid:uid>/resume/", resuming.resume_journey, name="resume_journey"),
    path("journeys/<uuid:uid>/stop/", changes.stop_journey, name="stop_journey"),
    path("journeys/<uuid:uid>/copy/", changes.copy_journey, name="copy_journey"),
    path("journeys/<uuid:uid>/delete/", changes.delete_journey, name="delete_journey"),
]

for pattern in urlpatterns:
    if "uid" in pattern.pattern.converters:
        pattern.callback = only_who_may_see(pattern.callback)
