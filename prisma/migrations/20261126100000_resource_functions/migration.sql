-- A setting that did nothing is known no more, and a resource whose settings can't be read is not opened.
UPDATE "resource" SET "settings" = "settings" - 'functions' WHERE "settings" ? 'functions';
