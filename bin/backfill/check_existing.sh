#!/bin/sh
exec backfill check "$@"
