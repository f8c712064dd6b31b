-- Whom a proposal concerns is kept with it: a file concerns many, and none of them consents to it.

-- AlterTable
ALTER TABLE "proposal" ADD COLUMN "concerns" TEXT[] DEFAULT ARRAY[]::TEXT[];
