#!/bin/sh
exec backfill validate "$@"
