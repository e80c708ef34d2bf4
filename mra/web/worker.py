"""The two processes beside the web: the worker (runs jobs) and the scheduler (asks for periodic ones)."""

import logging
import time

from flask import Flask
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.cron import CronJob, CronScheduler
from rq.serializers import JSONSerializer

from mra.core import clock

from . import jobs, queue, schedule

log = logging.getLogger(__name__)
PAUSE_SECONDS = 2


class JsonCronScheduler(CronScheduler):
    """RQ's scheduler, handing over JSON like everybody else here (its own queue would write pickles)."""

    def enqueue_jobs(self) -> list[CronJob]:
        """Hand over what is due."""
        moment = clock.now()
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            Queue(job.queue_name, connection=self.connection, serializer=JSONSerializer).enqueue(
                job.func_name, *job.args, **job.job_options
            )
            job.set_enqueue_time(moment)
        return due


def work(app: Flask) -> None:
    """Run jobs until stopped. Each job runs in a process of its own, so that one that dies takes no other with it."""
    jobs.use(app)
    connection = queue.redis_connection(app.extensions["mra"])
    Worker([queue.QUEUE_NAME], connection=connection, serializer=JSONSerializer).work(logging_level="WARNING")


def keep_time(app: Flask) -> None:
    """Ask for periodic jobs until stopped; Redis away: try again."""
    while True:
        scheduler = JsonCronScheduler(queue.redis_connection(app.extensions["mra"]), logging_level="WARNING")
        scheduler.register(jobs.drain_quietly, queue.QUEUE_NAME, interval=30, result_ttl=60)
        scheduler.register(jobs.sweep, queue.QUEUE_NAME, interval=600, result_ttl=60)
        for entry in schedule.ENTRIES:
            scheduler.register(
                jobs.run_periodic,
                queue.QUEUE_NAME,
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
