#!/bin/sh
exec backfill plan "$@"
