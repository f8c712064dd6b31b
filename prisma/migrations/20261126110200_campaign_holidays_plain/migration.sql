-- A list column is written as Prisma writes every other one: it has a default, and no NOT NULL.
ALTER TABLE "campaign" ALTER COLUMN "holidays" DROP NOT NULL;
