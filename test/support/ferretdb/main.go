// Command ferretdb answers the protocol of MongoDB from SQLite files, for the tests of directories.
// Its arguments are a folder for the files and the path of the socket to listen on.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: os.Args[2]},
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[1] + "/",
		Logger:    logger,
	})
	if err != nil {
		logger.Error(err.Error())
		os.Exit(1)
	}
	if err = server.Run(context.Background()); err != nil {
		logger.Error(err.Error())
		os.Exit(1)
	}
}
