/** What `--help` says. */
export const usage: string = `compress-fast-server: the Compress.FAST service on your own machine

  compress-fast-server [serve] [options]        starts the server
  compress-fast-server keys create --name NAME [--credits N | --account ID] [--allow IP,CIDR]
                                                makes a key, and an account for it unless one is named
  compress-fast-server keys list
  compress-fast-server keys revoke ID
  compress-fast-server credits grant --account ID --credits N

Options, each also as a variable such as COMPRESS_FAST_SERVER_PORT:
  --data FOLDER          accounts, jobs and files            (./compress-fast-data)
  --host ADDRESS         where to listen                     (127.0.0.1)
  --port PORT            0 takes any that is free            (8787)
  --public-url URL       where clients reach the server      (where it listens)
  --trust-proxy          take addresses from X-Forwarded-For
  --quality QUALITY      lossless, high, balanced, small or 1 to 100 (balanced)
  --effort EFFORT        fast, balanced, max                 (balanced)
  --metadata WHAT        safe, all, none                     (safe)
  --concurrency N        files compressed at once            (as many as the machine can)
  --retention MINUTES    how long results are kept           (60)
  --delay MS or MS-MS    holds every job back, for measuring`
