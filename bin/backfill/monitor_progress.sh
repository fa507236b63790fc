#!/bin/sh
exec backfill watch "$@"
