"""The two processes beside the web: the worker (runs jobs) and the scheduler (asks for periodic ones)."""

import logging
import time
from types import FrameType

from flask import Flask
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from mra.core import clock
from mra.core.outbox import LONGER

from . import jobs, queue, schedule

log = logging.getLogger(__name__)
PAUSE_SECONDS = 2
QUEUES = (queue.QUEUE_NAME, queue.LONG_QUEUE_NAME)
# More is not piled up while no worker is there: what is periodic is asked for again anyhow.
MOST_WAITING = 50
HERE = frozenset({queue.DRAIN, queue.SCHEDULED_DRAIN})


class JsonCronScheduler(CronScheduler):
    """RQ's scheduler, handing over JSON like everybody else here (its own queue would write pickles)."""

    def enqueue_jobs(self) -> list[CronJob]:
        """Hand over what is due."""
        moment = clock.now()
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            waiting = Queue(job.queue_name, connection=self.connection, serializer=JSONSerializer)
            if waiting.count < MOST_WAITING:
                waiting.enqueue(job.func_name, *job.args, **job.job_options)
            job.set_enqueue_time(moment)
        return due


class OurWorker(Worker):
    """RQ's worker, with two changes.

    Drains run in the worker's own process: its connections and what SQLAlchemy has learnt stay warm, so an SMS leaves in
    milliseconds. What a drain does is short, bounded by time-outs, and comes back by itself should the process die.
    Everything else, also what computes for long, runs in a process of its own, so that it takes nobody with it. A worker
    waits for that process; one that only takes messages has no such queue, so that no SMS waits with it.
    And it knows whether it was asked to stop: RQ's also ends by itself where Redis fails it.
    """

    is_asked_to_stop = False

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run one job, here or in a process of its own."""
        if job.func_name not in HERE:
            super().execute_job(job, queue)
            return
        self.perform_job(job, queue, self.prepare_execution(job))
        self.set_state(WorkerStatus.IDLE)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the new process: the parent's connections are not ours."""
        jobs.forget_connections()
        super().main_work_horse(job, queue)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Somebody wants the process to end: a drain begins nothing new."""
        self.is_asked_to_stop = True
        jobs.end_turn()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def work(app: Flask, *, only_messages: bool = False) -> None:
    """Run jobs until stopped, messages first, or nothing but them; Redis away: try again."""
    jobs.use(app)
    is_asked_to_stop = False
    while not is_asked_to_stop:
        try:
            is_asked_to_stop = _work_while_redis_lives(app, QUEUES[:1] if only_messages else QUEUES)
        except RedisError as fault:
            log.warning("worker_waits_for_redis", extra={"fault": type(fault).__name__})
        if not is_asked_to_stop:
            time.sleep(PAUSE_SECONDS)


def _work_while_redis_lives(app: Flask, queues: tuple[str, ...]) -> bool:
    """Whether the worker ended because it was asked to."""
    connection = queue.redis_connection(app.extensions["mra"])
    worker = OurWorker(list(queues), connection=connection, serializer=JSONSerializer)
    try:
        worker.work(logging_level="WARNING")
    except RedisError:
        if not worker.is_asked_to_stop:
            raise
    return worker.is_asked_to_stop


def keep_time(app: Flask) -> None:
    """Ask for periodic jobs until stopped; Redis away: try again."""
    while True:
        scheduler = JsonCronScheduler(queue.redis_connection(app.extensions["mra"]), logging_level="WARNING")
        for run, often in ((jobs.scheduled_drain, schedule.DRAIN), (jobs.sweep, schedule.SWEEP)):
            scheduler.register(
                run,
                queue.QUEUE_NAME,
                interval=often.seconds,
                result_ttl=60,
                job_timeout=app.extensions["mra"].job_seconds,
            )
        scheduler.register(
            jobs.drain_long,
            queue.LONG_QUEUE_NAME,
            interval=schedule.DRAIN.seconds,
            result_ttl=60,
            job_timeout=LONGER * app.extensions["mra"].job_seconds,
        )
        for entry in schedule.ENTRIES:
            scheduler.register(
                jobs.run_periodic,
                queue.LONG_QUEUE_NAME,
                args=(entry.name,),
                interval=entry.seconds,
                result_ttl=60,
                name=entry.name,
            )
        try:
            scheduler.start()  # type: ignore[no-untyped-call]
            return
        except RedisError as fault:
            log.warning("scheduler_waits_for_redis", extra={"fault": type(fault).__name__})
            time.sleep(PAUSE_SECONDS)
