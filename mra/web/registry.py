"""Everything the shell brings together: pages, jobs, commands, refusal sentences, constraint names.

The only place that knows all capabilities. A new one is added here and nowhere else.
"""

import click
from flask import Blueprint

from mra.accounts import cli as accounts_cli
from mra.accounts import queries as accounts_queries
from mra.accounts import rules as accounts_rules
from mra.accounts import views as accounts_views
from mra.alliance import cli as alliance_cli
from mra.alliance import rules as alliance_rules
from mra.alliance import views as alliance_views
from mra.allocation import models as allocation_models
from mra.allocation import queries as allocation_queries
from mra.allocation import rules as allocation_rules
from mra.allocation import services as allocation_services
from mra.allocation import views as allocation_views
from mra.applications import rules as applications_rules
from mra.applications import services as applications_services
from mra.applications import views as applications_views
from mra.applications.services import audiences as applications_audiences
from mra.core import audit, outbox, periodic
from mra.desk import call_rules as desk_call_rules
from mra.desk import models as desk_models
from mra.desk import views as desk_views
from mra.disasters import queries as disasters_queries
from mra.disasters import rules as disasters_rules
from mra.disasters import services as disasters_services
from mra.disasters import views as disasters_views
from mra.donations import models as donations_models
from mra.donations import queries as donations_queries
from mra.donations import rules as donations_rules
from mra.donations import services as donations_services
from mra.donations import views as donations_views
from mra.exchange import jobs as exchange_jobs
from mra.exchange import models as exchange_models
from mra.exchange import rules as exchange_rules
from mra.exchange import views as exchange_views
from mra.loans import life as loans_life
from mra.loans import models as loans_models
from mra.loans import queries as loans_queries
from mra.loans import rules as loans_rules
from mra.loans import services as loans_services
from mra.loans import views as loans_views
from mra.loans.services import audiences as loans_audiences
from mra.messaging import models as messaging_models
from mra.messaging import rules as messaging_rules
from mra.messaging import services as messaging_services
from mra.messaging import views as messaging_views
from mra.messaging.inbound import jobs as inbound_jobs
from mra.messaging.inbound import models as inbound_models
from mra.messaging.inbound import views as inbound_views
from mra.recalls import models as recalls_models
from mra.recalls import queries as recalls_queries
from mra.recalls import rules as recalls_rules
from mra.recalls import services as recalls_services
from mra.recalls import views as recalls_views
from mra.reporting import views as reporting_views
from mra.story import cli as story_cli
from mra.supply import life as supply_life
from mra.supply import models as supply_models
from mra.supply import rules as supply_rules
from mra.supply import services as supply_services
from mra.supply import views as supply_views
from mra.transport import models as transport_models
from mra.transport import queries as transport_queries
from mra.transport import rules as transport_rules
from mra.transport import services as transport_services
from mra.transport import views as transport_views
from mra.upkeep import life as upkeep_life
from mra.upkeep import models as upkeep_models
from mra.upkeep import rules as upkeep_rules
from mra.upkeep import services as upkeep_services
from mra.upkeep import views as upkeep_views
from mra.vehicles import jobs as vehicles_jobs
from mra.vehicles import leasing as vehicles_leasing
from mra.vehicles import life as vehicles_life
from mra.vehicles import models as vehicles_models
from mra.vehicles import queries as vehicles_queries
from mra.vehicles import rules as vehicles_rules
from mra.vehicles import services as vehicles_services
from mra.vehicles import views as vehicles_views
from mra.vehicles.queries import commitments as vehicles_commitments

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts_views.blueprint,
    messaging_views.blueprint,
    inbound_views.blueprint,
    alliance_views.blueprint,
    disasters_views.blueprint,
    vehicles_views.blueprint,
    recalls_views.blueprint,
    upkeep_views.blueprint,
    donations_views.blueprint,
    transport_views.blueprint,
    supply_views.blueprint,
    applications_views.blueprint,
    allocation_views.blueprint,
    loans_views.blueprint,
    desk_views.blueprint,
    reporting_views.blueprint,
    exchange_views.blueprint,
)

# All tables are reached from these; importing them here is what makes migrations see everything.
MODELS = (
    *(audit, outbox, periodic, allocation_models, loans_models, messaging_models, inbound_models),
    *(supply_models, desk_models),
    *(recalls_models, upkeep_models, exchange_models, vehicles_models, donations_models, transport_models),
)

# Jobs are known once their file is read; those of the schedule are read there.
JOB_FILES = (inbound_jobs, vehicles_jobs, exchange_jobs)

# group (None: directly under `mra`) and command
COMMANDS: tuple[tuple[str | None, click.Command], ...] = (
    ("user", accounts_cli.create_user),
    (None, story_cli.tell_story),
    (None, story_cli.show_demo_accounts),
    ("reference", alliance_cli.load),
    ("municipalities", alliance_cli.import_areas),
)

RULES = (
    accounts_rules,
    messaging_rules,
    alliance_rules,
    disasters_rules,
    vehicles_rules,
    vehicles_leasing,
    recalls_rules,
    upkeep_rules,
    donations_rules,
    transport_rules,
    supply_rules,
    applications_rules,
    allocation_rules,
    loans_rules,
    desk_call_rules,
    exchange_rules,
)

SHELL_REFUSALS = {
    "somebody_was_faster": "この手続きは、ほかの人の操作で先に進んでいます。画面を開き直して、今の状態を確認してください。",
    "job_not_failing": "この仕事は、すでに終わっています。画面を開き直して、今の状態を確認してください。",
    "try_again": "混み合っています。少し待ってから、もう一度お試しください。",
}

REFUSALS: dict[str, str] = SHELL_REFUSALS | {code: text for rules in RULES for code, text in rules.REFUSALS.items()}
CONSTRAINTS: dict[str, str] = {name: code for rules in RULES for name, code in rules.CONSTRAINTS.items()}

# Disasters stand below loans: a support is not closed while cars are out.
disasters_services.before_closing(loans_services.refuse_while_cars_are_out)

# Which notices let the papers of a car hold longer depends on where its base lies.
disasters_services.after_base_moves(vehicles_services.work_out_after_base_moved)

# Vehicles stand below offers and loans, and ask through this register whether a car is in use.
vehicles_services.in_use_checks.extend(
    (vehicles_queries.leased_vehicles, allocation_queries.offered_vehicles, loans_queries.lent_vehicles)
)

# Who would be left without a car if one stood still.
vehicles_services.on_bookings(allocation_queries.bookings_of)
vehicles_services.on_bookings(loans_life.bookings_of)

# Who plans something else with a car sees that somebody is about to drive it.
vehicles_services.on_journeys(transport_queries.journeys_of)

# What a car has lived through is told by all who had to do with it.
for life_source in (
    *(vehicles_life.life_of, upkeep_life.life_of, transport_queries.life_of, recalls_queries.life_of),
    *(donations_queries.life_of, supply_life.life_of, loans_life.life_of),
):
    vehicles_services.on_life(life_source)

# A car for which somebody is to drive does not leave.
vehicles_services.before_release(transport_services.refuse_while_planned)

# A car that has left needs no upkeep any more, and its donor hears of it; an ended lease settles its recall.
vehicles_services.after_retirement(upkeep_services.cancel_all)
vehicles_services.after_retirement(donations_services.tell_of_retirement)
vehicles_services.after_lease_end(recalls_services.settle)

# Where a car is to be fetched is known to those who take it in.
transport_services.on_origin(recalls_queries.origin_of)
transport_services.on_origin(donations_queries.origin_of)

# What ends soon is told together with what counts on it longer.
vehicles_commitments.on_commitment(loans_queries.commitments)
vehicles_commitments.on_commitment(allocation_queries.commitments)

# Supply and donations stand below loans, and tell through this register what became of the cars that came.
supply_services.on_vehicle_story(loans_queries.vehicle_stories)
donations_services.on_vehicle_story(loans_queries.vehicle_stories)

# Messages stand below accounts, and ask who is to hear that sending goes wrong, and whom people ring.
messaging_services.on_admins(accounts_queries.admins)
messaging_services.on_help_phone(disasters_queries.help_phone)

# Messages stand below the cases they are about, and ask at the moment of sending whether a text still holds.
messaging_services.on_send_check("offer", allocation_services.still_holds)
messaging_services.on_send_check("loan", loans_services.still_holds)
messaging_services.on_send_check("application", applications_services.still_holds)
messaging_services.on_send_check("call", supply_services.still_holds)
messaging_services.on_send_check("recall", recalls_services.still_holds)
messaging_services.on_send_check("transport_offer", transport_services.still_holds)

# Whom one can write to together belongs to applications and loans.
messaging_services.on_audience(applications_audiences.WAITING)
messaging_services.on_audience(loans_audiences.BORROWERS)
